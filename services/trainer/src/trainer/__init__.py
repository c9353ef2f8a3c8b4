"""From annotated photos to a published model, by command line or by queue message."""

import os

# Keras and TensorFlow read these when they are first imported, hence here. Level 2 hides TensorFlow's notes
# on the processor; two lines of absl, which are logged before any level applies, still appear.
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")
os.environ.setdefault("KERAS_BACKEND", "tensorflow")
