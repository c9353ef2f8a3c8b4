"""What every stage uses: progress, downloads, atomic files, process pools."""
