package postgres

import (
	"testing"

	"example.com/chat/internal/chat"
	"example.com/chat/internal/chat/chattest"
)

func TestStoreKeepsTheContract(t *testing.T) {
	urls := map[chat.Store]string{}
	chattest.RunStore(t,
		func(t *testing.T) chat.Store {
			url := database(t)
			s := open(t, url)
			urls[s] = url
			return s
		},
		func(t *testing.T, first chat.Store) chat.Store { return open(t, urls[first]) })
}
