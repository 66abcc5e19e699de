package main

import (
	"fmt"
	"maps"
	"slices"
	"strings"
)

// unknown finds the variables that look like settings and are none: most likely they are misspelt.
func unknown(values map[string]string) []error {
	var mistakes []error
	for _, name := range slices.Sorted(maps.Keys(values)) {
		if strings.HasPrefix(name, "CHAT_TEST_") || strings.HasPrefix(name, "CHAT_BENCH_") || isSetting(name) {
			continue
		}
		cure := `"chat help" lists them all`
		if near := nearest(name); near != "" {
			cure = "did you mean " + near + "?"
		}
		mistakes = append(mistakes, fmt.Errorf("%s: there is no such setting; %s", name, cure))
	}
	return mistakes
}

func isSetting(name string) bool {
	return slices.ContainsFunc(settings, func(s setting) bool { return s.name == name })
}

// nearest is the setting that a name is most likely a slip for, "" if it resembles none.
func nearest(name string) string {
	best, bound := "", 1+len(name)/3
	for _, s := range settings {
		if d := distance(name, s.name); d < bound {
			best, bound = s.name, d
		}
	}
	return best
}

// distance is the number of letters to insert, drop or replace between two words (Levenshtein).
func distance(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(b) {
			replace := diagonal
			if a[i] != b[j] {
				replace++
			}
			diagonal = row[j+1]
			row[j+1] = min(replace, row[j]+1, row[j+1]+1)
		}
	}
	return row[len(b)]
}
