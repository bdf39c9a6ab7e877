"""The porch: what every page and every form passes through. It knows no room.

- `access`   who may: permissions, the access line under each route, the person behind a request
- `security` where a request may come from, what headers every answer carries
- `limits`   how often, and how many at once
- `forms`    reading what people typed
- `pages`    answering: pages, fragments, «done»
- `handlers` turning errors into pages; `sentences` what they say
- `filters`  dates, amounts and names in both languages; `reading` language, text size, light and dark
- `photos`   photos that people send
- `assets`   style sheets and scripts by the hash of their content
"""
