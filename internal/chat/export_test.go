package chat

// Queued is how many changes wait for the writer.
func Queued(c *Chat) int { return len(c.writer.queue) }
