"""Documents that staff send over HTTP: read apart, looked at as previews, published and deleted by jobs."""
