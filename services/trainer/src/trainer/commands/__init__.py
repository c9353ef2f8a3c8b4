"""The command line's commands by area. Nothing here imports TensorFlow until a command needs it."""
