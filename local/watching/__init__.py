"""Stands for what CloudWatch does beside storing logs: metrics out of log lines, and alarms over them."""
