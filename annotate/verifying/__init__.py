"""The checks of `verify`: each looks at one thing and says in a sentence whether it holds."""
