"""The feed: every event of the book in one order, for whoever only listens.

An event gets its position when it is written, which is not when its transaction ends: a reader that simply
went on after the last position it has would pass over an event whose transaction takes longer. What can be
read is therefore what is settled (`settling`), and consumers read on from a cursor in the book (`consuming`).
A book that was restored begins a new epoch (`epoch`).
"""
