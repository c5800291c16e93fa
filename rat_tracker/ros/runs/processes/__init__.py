"""What the demonstration and the benchmark share: nodes in processes, and a harness for them."""
