"""What every domain uses: the unit of work, access rules, cursors, presentation, staged files."""
