"""The published contract: shapes of answers and messages, and the documents made of them."""
