package chat

// Picture is an image as it is served: re-encoded, never what somebody uploaded.
type Picture struct {
	ID    AvatarID // of Bytes
	Type  string   // such as image/png
	Bytes []byte
}
