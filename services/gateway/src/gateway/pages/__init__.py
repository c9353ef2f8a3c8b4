"""The web app's pages and files, and the page behind a share link."""
