package postgres

import (
	"fmt"
	"testing"
)

func BenchmarkUpdate(b *testing.B) {
	for _, size := range []int{1, 64, 256} {
		b.Run(fmt.Sprint(size), func(b *testing.B) {
			s := open(b, with(b, database(b), "synchronous_commit", "on"))
			needs, decide := posting(1, "general")
			update(b, s, needs, decide)
			for b.Loop() {
				needs, decide := posting(size, "general")
				update(b, s, needs, decide)
			}
			b.ReportMetric(float64(b.N*size)/b.Elapsed().Seconds(), "messages/s")
		})
	}
}
