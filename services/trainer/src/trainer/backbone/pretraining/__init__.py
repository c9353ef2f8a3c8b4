"""Train backbones: from random weights, from another backbone, or only their top blocks."""
