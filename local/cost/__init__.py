"""What the stack costs a month, from a workload and list prices."""
