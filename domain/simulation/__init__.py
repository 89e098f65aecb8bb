"""What an order of a bundle would bring, before there is one."""
