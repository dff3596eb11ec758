"""The sealed queue: items that phones write without a signal, received, opened, and saved or parked for review.

The way of a conversation from a phone to the residents in it:

1. The page's JavaScript (`record.js`, `sealing.js`, `queue.js`) seals the form's values with the server's public key, stores
   them on the phone, and sends them when there is signal.
2. The view `views/phone.py` reads what the phone says about the item (`Arrival`) and calls
   `actions/receiving.py:receive_item`, which records the item, opens it (`sealing.py`) and looks up the function
   that saves this kind, from `views/saving.py:KINDS`. A kind without such a function, and an item that cannot be opened, wait for review.
3. `save_conversation` fills in the ordinary `ConversationForm` in the name of the user who wrote it. There is
   no other way to save: what a page would refuse is parked, with the reason.
4. The form finds the residents of the typed names with `connectors.queries.names.match_names` (only those whom the user may
   see), and `connectors.rules.names.resolve_people` decides who was there. Two residents with one name are never guessed
   between: the conversation is saved, and the name waits with it as an unsorted name.
5. `log_conversation` saves the conversation, new residents and gifts, as it does for a page. `queries.py` lists what is
   parked for the page on which people review it.
"""
