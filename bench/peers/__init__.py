"""Other engines on the same event file and the same job, each in a process of its own.

The job: per channel and 60-second window sliding by 10 seconds the messages, the distinct chatters, the three
most used emotes, the mood by a lexicon, mean and peak viewers, and the transactions.
"""
