package sqlite

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	driver "modernc.org/sqlite"
	codes "modernc.org/sqlite/lib"

	"example.com/chat/internal/chat"
)

// code is SQLite's primary result code of an error, 0 for none.
func code(err error) int {
	if e, ok := errors.AsType[*driver.Error](err); ok {
		return e.Code() & 0xff
	}
	return 0
}

// classify gives errors their kind: Unavailable is what may be gone the next time.
func classify(err error) error {
	switch {
	case err == nil, chat.KindOf(err) != "":
		return err
	case errors.Is(err, context.Canceled), errors.Is(err, context.DeadlineExceeded), errors.Is(err, errClosed):
		return chat.Away(err)
	}
	switch code(err) {
	case codes.SQLITE_BUSY, codes.SQLITE_LOCKED, codes.SQLITE_INTERRUPT, codes.SQLITE_PROTOCOL,
		codes.SQLITE_IOERR, codes.SQLITE_FULL, codes.SQLITE_NOMEM,
		codes.SQLITE_READONLY, codes.SQLITE_CANTOPEN, codes.SQLITE_PERM:
		return chat.Away(err)
	}
	return fmt.Errorf("sqlite: %w", err)
}

// doubt judges a COMMIT that failed. If the disk failed, the end of the log file may or may not be on
// it, and the next start of the database will read what is there. In all other cases it was rolled back.
func doubt(err error) error {
	if code(err) == codes.SQLITE_IOERR {
		return chat.InDoubt(err)
	}
	return err
}

// explain says in one line why a database cannot be opened.
func explain(path string, err error) error {
	folder := filepath.Dir(path)
	switch code(err) {
	case codes.SQLITE_CANTOPEN:
		if info, gone := os.Stat(folder); gone != nil || !info.IsDir() {
			return fmt.Errorf("the folder %s does not exist", folder)
		}
		if info, none := os.Stat(path); none == nil && info.IsDir() {
			return fmt.Errorf("%s is a folder, not a file", path)
		}
		return fmt.Errorf("%s cannot be opened or made: the file or its folder does not permit it", path)
	case codes.SQLITE_READONLY, codes.SQLITE_PERM:
		return fmt.Errorf("%s cannot be written: the file, its folder or the disk does not permit it", path)
	case codes.SQLITE_NOTADB:
		return fmt.Errorf("%s is not a SQLite database", path)
	case codes.SQLITE_BUSY, codes.SQLITE_LOCKED:
		return fmt.Errorf("%s is locked by another program", path)
	case codes.SQLITE_CORRUPT:
		return fmt.Errorf("%s is damaged: restore a backup", path)
	}
	return fmt.Errorf("open %s: %w", path, err)
}
