"""What the tables bill: write units per active channel-minute, counted on the running stack."""
