"""The keys of the store.

Keys (all share the hash tag {lr}, so that Cluster keeps them together):

    {lr}:source:NAME    hash     what is known of a source: as_of, received, changed, error, failing_since, ...
    {lr}:records:AREA   hash     "source id" -> record as JSON; the newest update wins
    {lr}:events:AREA    stream   one entry per record that is new, has news or is over; trimmed by number and age
    {lr}:quarantine:NAME stream  the records of a source that could not be read, trimmed by number and age
    {lr}:pushed:NAME    stream   what a source has sent and nobody has taken in yet (inbox.py)
    {lr}:replay         set      sources whose quarantine somebody asked to have read again
    {lr}:reading:AREA   string   the present reading as JSON
    {lr}:stage          string   the city's stage by rule, as JSON
    {lr}:declared       string   the stage a person declared, as JSON; it expires by itself
    {lr}:orders         hash     screen -> what somebody asked it to show, as JSON
    {lr}:screens        hash     id of a browser -> what it last said of itself, as JSON
    {lr}:day:DATE       hash     source -> what was counted of it on that day of the city's, as JSON; kept 400 days
    {lr}:asks           hash     source -> when somebody wanted it asked at once (ms); taken by whoever collects
    {lr}:asked:NAME     string   exists while a source was asked for so lately that it may not be again
    {lr}:pauses         hash     source -> the pause it is in, as JSON; whoever collects forgets one that is over
    {lr}:samples:AREA   stream   what was seen of an area at a moment, as JSON; its id is that moment (samples.py)
    {lr}:history        hash     how far the history's files go, and how they are, as JSON
    {lr}:notes:PAGE     hash     id -> a note that somebody left on a card of a page, as JSON; at most 200
    {lr}:noting         string   how many notes were left or removed within the last minute
    {lr}:tours          hash     code -> a tour of visitors that goes on, as JSON (tours.py)
    {lr}:votes:CODE:STEP hash    phone -> the option it chose in the poll of a tour's step; it expires by itself
    {lr}:guests         hash     screen -> since when visitors stand before it without a tour
    {lr}:replays        hash     screen -> the recording that plays on it instead of the present, as JSON (replays.py)
    {lr}:news           channel  an area whose reading changed; or orders, stage, asks, pauses, tours, replays
    {lr}:lease          string   who may write; {lr}:epoch is a number that grows with every take-over
"""

from __future__ import annotations

SOURCE = "{lr}:source:"
RECORDS = "{lr}:records:"
EVENTS = "{lr}:events:"
QUARANTINE = "{lr}:quarantine:"
REPLAY = "{lr}:replay"
PUSHED = "{lr}:pushed:"
READING = "{lr}:reading:"
STAGE = "{lr}:stage"
DECLARED = "{lr}:declared"
ORDERS = "{lr}:orders"
SCREENS = "{lr}:screens"
DAY = "{lr}:day:"
ASKS = "{lr}:asks"
LATELY = "{lr}:asked:"
PAUSES = "{lr}:pauses"
SAMPLES = "{lr}:samples:"
HISTORY = "{lr}:history"
NOTES = "{lr}:notes:"
NOTING = "{lr}:noting"
TOURS = "{lr}:tours"
VOTES = "{lr}:votes:"
GUESTS = "{lr}:guests"
REPLAYS = "{lr}:replays"
NEWS = "{lr}:news"
ORDERED = "orders"
STAGED = "stage"
ASKED = "asks"
PAUSED = "pauses"
TOURED = "tours"
REPLAYED = "replays"
LEASE = "{lr}:lease"
EPOCH = "{lr}:epoch"
