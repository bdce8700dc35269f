"""Every key shape of the one table, and every access pattern with its cost.

A guild's data begins with its guild in every key, index keys included, so no query can cross guilds. The kinds that are
not a guild's (sessions, sign-in states, one-time codes, tickets, connections, rate limits, due shards) are few and stand
apart in `shared` and `dues`; what a guild owns stands in `guilds`. Callers import this package alone. Costs are DynamoDB capacity units: RCU strongly consistent unless said otherwise, s = item size in
KB, n = items; a transaction doubles a write.

| pattern                                  | keys                                                | index | used by                     | cost            |
|------------------------------------------|-----------------------------------------------------|-------|-----------------------------|-----------------|
| settings of a guild                      | G#g / SETTINGS                                      | -     | every command that plans    | 1 RCU           |
| a preset; all presets of a guild         | G#g / PRESET#id                                     | -     | create, autocomplete, REST  | 1; n*s/8 RCU    |
| a series; all series of a guild          | G#g / SERIES#id                                     | -     | /series, REST, the sweep    | 1; n*s/8 RCU    |
| an event with its roster                 | G#g / EVENT#id                                      | -     | show, check-in, REST        | s/4 RCU         |
| sign-up click                            | G#g / EVENT#id                                      | -     | interactions                | s WCU           |
| events of a guild by start               | G#g#EVENTS / start#id                               | gsi1  | lists, autocomplete         | n*0.3/8 RCU     |
| verdicts of an event; one member's       | G#g#E#e / ATTENDANCE#user                           | -     | check-in, closing, REST     | n*s/8; 1 RCU    |
| evidence of a member at an event         | G#g#E#e / EVIDENCE#user#entry                       | -     | explaining a verdict        | n*s/8 RCU       |
| check-in                                 | the two above in one transaction                    | -     | button, /attend             | 4 WCU + gsi2 2  |
| officers' marks, one or many (a batch)   | the two above each, up to 40 in one transaction     | -     | /attendance, REST           | 5 WCU + 6 a member |
| a batch; an event's batches              | G#g#E#e / BATCH#id                                  | -     | marking, undo, REST         | 1; n*s/8 RCU    |
| a guild's batches, newest first          | G#g#BATCHES / made#id                               | gsi1  | /attendance undo            | n*0.3/8 RCU     |
| notes of an event's sign-ups; one's own  | G#g#E#e / NOTE#user                                 | -     | show, forms, REST           | n*s/8; 1 RCU    |
| sign-up with a note                      | the event and the note in one transaction           | -     | the form, REST              | 2s WCU + 2, s/4 RCU |
| an event's voice samples                 | G#g#E#e / VOICE#at#part#first                       | -     | the sweep, closing          | 1 WCU for 20 members; n*s/8 RCU |
| codes that a member typed at an event    | G#g#E#e / TRIES#user                                | -     | /attend with a code         | 1 WCU           |
| a member's attendance by start           | G#g#M#user / start#event                            | gsi2  | a member's record           | n*0.2/8 RCU     |
| sheets of a guild by start               | G#g / SHEET#start#event                             | -     | reports, REST               | n*s/8 RCU       |
| a character; all of a guild               | G#g / CHARACTER#id                                  | -     | /characters, REST, imports  | 1; n*s/8 RCU    |
| absences that end after a moment         | G#g / ABSENCE#end,id                                | -     | /absence, closing           | n*0.3/8 RCU     |
| who is away, all of a guild              | G#g / AWAY                                          | -     | creating, moving, /absence  | s/4; 2*s WCU    |
| due items of an event                    | G#g / DUE#event#kind#offset                         | -     | edits move them             | 1 WCU each (x2) |
| what is due now, in one of 8 shards      | DUE#shard / at#guild#event#kind#offset              | gsi3  | the minute sweep            | n*0.3/8 RCU     |
| a correction asked for; those of a status | G#g / CORRECTION#id; G#g#CORRECTIONS#status / asked#id | gsi1 | /attendance requests, REST | 1; n*0.3/8 + n RCU |
| a report job; newest jobs of a guild     | G#g / REPORT#id; G#g#REPORTS / requested#id         | gsi1  | reports, REST               | 1; n*0.3/8 RCU  |
| the job that makes a certain file now    | G#g / REPORTING#digest                              | -     | asking for a report         | with the job and its due item 8 WCU |
| a /stats that waits for its answer       | G#g / STATS#id                                      | -     | /stats, reports             | 1 RCU; 2 WCU    |
| members seen                             | G#g / MEMBER#user                                   | -     | names in sheets and lists   | n*s/8 RCU       |
| a guild's members as Discord lists them  | G#g / MEMBERLIST                                    | -     | REST batch, sheets          | s/4 RCU, s WCU/min |
| a member's direct messages, what they muted | G#g / DIRECT#user                                | -     | notifications, /notifications | 1 RCU         |
| where an event's card, thread and Discord event stand | G#g / CARD#event                       | -     | notifications, /event show  | 1 RCU, 1 WCU    |
| that a guild removed the bot             | G#g / BOTGONE                                       | -     | notifications               | 1 RCU a message |
| a message sent once                      | G#g / SENT#key                                      | -     | notifications               | 2 WCU           |
| what was told of an event, newest first  | G#g#E#e / NOTICE#at#kind                            | -     | notifications, /event show, REST | 1-4 WCU; n*s/8 RCU |
| that a member was asked to answer an event | G#g#E#e / NUDGED#user                             | -     | notifications               | 1 WCU           |
| an officer's message to members; when they had the last | G#g#E#e / CALL#id; CALLED#audience | -   | /event remind, REST         | 6 WCU, 1 RCU    |
| audit entries, newest first              | G#g#AUDIT / at#id                                   | -     | REST                        | n*s/8 RCU       |
| sockets subscribed to a guild            | G#g#SOCKETS / connection                            | -     | one read per change         | n*s/8 RCU       |
| a connection                             | CONNECTION#id / CONNECTION                          | -     | subscribe, disconnect       | 1 RCU           |
| session family; a user's sessions        | SESSION#family / SESSION; USER#u / SESSION#family   | -     | refresh, logout             | 1 RCU           |
| sign-in state, one-time code, ticket     | STATE#hash, CODE#hash, TICKET#hash / same           | -     | used once by a delete       | 1 WCU           |
| a user's guilds as Discord told          | USER#u / GUILDS                                     | -     | REST                        | s/4 RCU         |
| what a web user may do in a guild        | G#g / ACCESS#user                                   | -     | REST, subscribe, ping       | 1 RCU (+1 WCU/min) |
| what an Idempotency-Key asked for        | USER#u / ASKED#digest                               | -     | REST POST                   | 1 WCU           |
| subscriptions of outgoing webhooks       | G#g / WEBHOOK#id                                    | -     | REST, changes, webhooks     | n*s/8 RCU       |
| a webhook's deliveries; one              | G#g#W#w / moment,id                                 | -     | changes, webhooks, REST     | n*s/8 RCU; 1 RCU, 2 WCU |
| those that failed                        | G#g#W#w#FAILED / moment,id                          | gsi1  | webhooks, REST              | n*0.3/8 + n RCU |
| a replay of deliveries                   | G#g / REPLAY#id                                     | -     | REST                        | 1 WCU           |
| API keys of a guild; one by its hash      | G#g / APIKEY#id; APIKEY#hash / APIKEY               | -     | REST                        | n*s/8; 1 RCU    |
| a person's own time zone                 | USER#u / ZONE                                       | -     | /zone, create, autocomplete | 1 RCU, 1 WCU    |
| a calendar feed; a member's feeds        | FEED#hash / FEED; USER#u / FEED#guild#kind          | -     | /calendar, REST             | 1 RCU; 6 WCU    |
| what a message to one member asks them    | PROMPT#id / PROMPT                                  | -     | buttons in direct messages  | 1 RCU, 1 WCU    |
| rate limit window                        | LIMIT#subject#window / LIMIT                        | -     | REST                        | 1 WCU           |
| what a 429 taught                        | DISCORD#LIMITS / bucket                             | -     | every call to Discord       | 5 RCU           |
| what waits for a full bucket; who serves it | LINE#bucket / WAITING#since#id; SERVING          | -     | notifications               | 2 WCU, 2 RCU a message; n*s/4 RCU, 2 WCU a visit |
| that a guild has removed the bot           | G#g / GONE                                          | -     | a daily look, the purge     | 1 RCU, 1 WCU    |
| a member being erased                    | G#g / ERASURE#id                                    | -     | /privacy erase, the sweep   | 1 RCU; the guild's size / 4 |
| a member's file of their own data          | G#g / EXPORT#user                                   | -     | /privacy export, reports    | 1 RCU, 3 WCU; the guild's own partition / 4 and 2 RCU an event |
| who was erased, as digests               | ERASED#g / at#digest                                | -     | restores                    | n*0.2/8 RCU     |
| the items' shape; that they were restored | TABLE / SHAPE, RESTORED#archive                    | -     | operators' tools            | 1 RCU           |

The attribute `entity` names what an item is. The stream hands on only items whose `entity` is in `DOMAIN_ENTITIES`
(template.yaml filters on it): never leases, sessions, sockets or what `changes` itself writes.
"""

from __future__ import annotations

from attendance.storage.keys.dues import *
from attendance.storage.keys.guilds import *
from attendance.storage.keys.shape import *
from attendance.storage.keys.shared import *

DOMAIN_ENTITIES = (
    "absence",
    "attendance",
    "batch",
    "call",
    "character",
    "correction",
    "event",
    "guild",
    "key",
    "own_export",
    "preset",
    "replay",
    "report",
    "series",
    "settings",
    "sheet",
    "stats",
    "webhook",
)
QUESTIONS = {"own_export": "export_id", "stats": "stats_id"}
"""What asks and changes nothing, each with the attribute that says which question it is."""
AUDITED_ENTITIES = tuple(entity for entity in DOMAIN_ENTITIES if entity not in QUESTIONS)
"""What leaves audit entries: a question does not."""
