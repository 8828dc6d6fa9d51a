"""Ways a message travels: one module per carrier, named in the settings; and what is printed."""
