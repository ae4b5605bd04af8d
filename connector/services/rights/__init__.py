"""Who may do what: the rule, those who ask to be let in, and what is answered to them."""
