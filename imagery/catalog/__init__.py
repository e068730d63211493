"""Finding imagery: catalogues, their items, the clear sky over an area, and which two dates make the best pair."""
