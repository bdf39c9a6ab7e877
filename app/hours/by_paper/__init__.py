"""Paper slips of people without a phone: blank ones to print, ten of them typed in one go (代理入力)."""
