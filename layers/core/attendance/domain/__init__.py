"""Pure rules on frozen values. Nothing here reads a clock, the environment, a store or a random source."""
