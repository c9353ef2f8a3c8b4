"""Who multiplies: OpenVINO on a CPU; TensorFlow on a GPU and as the reference. Imported when chosen."""
