"""Live Twitch: two ways to read a chat, merged into one; pure parsers apart from the sockets."""
