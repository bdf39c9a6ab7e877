"""The chapters of the story, one of each room: `add(cast)` tells it through the services of that room."""
