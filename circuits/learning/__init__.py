"""What a plastic projection learns by: the rules, their read-out, and what was learnt."""
