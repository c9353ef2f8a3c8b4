"""Runtimes of the backbone: OpenVINO for CPUs; TensorFlow for GPUs, and as the reference."""
