"""How fast Kith is: a database of a chosen size, and its pages, files and imports measured against fair yardsticks."""
