"""Français."""

from __future__ import annotations

WEEKDAYS = ("lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche")
MONTHS = (
    "janvier", "février", "mars", "avril", "mai", "juin", "juillet", "août", "septembre", "octobre", "novembre",
    "décembre",
)  # fmt: skip
MOMENT = "{weekday} {day} {month} {year} à {clock}"
TEXTS = {
    "status.present": "présent",
    "status.late": "en retard",
    "status.left_early": "parti plus tôt",
    "status.benched": "remplaçant",
    "status.excused": "excusé",
    "status.absent": "absent",
    "status.unmarked": "non pointé",
    "check_in.done": "Ta présence à **{title}** est notée : **{status}**.",
    "check_in.again": "Tu es déjà noté **{status}** à **{title}** depuis {since} ; rien n'a changé.",
    "check_in.form": "Pointer",
    "check_in.code": "Le code donné par ton officier",
    "late.form": "J'arrive en retard",
    "late.minutes": "De combien seras-tu en retard ?",
    "late.example": "En minutes, par exemple 15",
    "late.role": "Dans quel rôle ?",
    "zone.set": "Ton fuseau horaire est **{zone}**, où il est maintenant {clock}.",
    "zone.cleared": "Ton fuseau horaire est oublié : tes heures sont lues dans celui du serveur.",
    "zone.own": "Tes heures sont lues dans **{zone}**, ton propre fuseau. `/zone clear` l'oublie.",
    "zone.server": "Tu n'as pas de fuseau horaire, tes heures sont lues dans celui du serveur, **{zone}**. `/zone set` fixe le tien.",
    "zone.none": "Ni toi ni ce serveur n'avez de fuseau horaire. `/zone set` fixe le tien.",
    "out_of_date": "C'est périmé : je ne connais plus cette commande ou ce bouton. Utilise un message plus récent, ou /help.",
    "guilds_only": "Je tiens les présences des serveurs : utilise ceci sur ton serveur, pas ici.",
    "went_wrong": "Quelque chose a échoué de notre côté. Réessaie ; si cela dure, donne-nous la référence {reference}.",
    "error.event_cancelled": "« {event} » est annulé.",
    "error.event_closed": "« {event} » est clos.",
    "error.sign_up_over": "Les inscriptions à « {event} » sont closes <t:{ended_at}:R>. Un officier peut encore t'inscrire.",
    "error.check_in_not_open": "Le pointage de « {event} » ouvre <t:{opens_at}:R> (<t:{opens_at}:t>) et ferme à <t:{closes_at}:t>.",
    "error.check_in_over": "Le pointage de « {event} » était ouvert de <t:{opens_at}:t> à <t:{closes_at}:t>. Un officier peut encore te noter.",
    "error.not_tracked": "« {event} » ne suit que les membres de <@&{role_id}>, et tu n'as pas ce rôle. Demande à un officier si tu devrais l'avoir.",
    "error.code_missing": "« {event} » demande un code : utilise /attend avec le code donné par ton officier.",
    "error.code_wrong": "« {typed} » n'est pas le code de « {event} ». Demande-le à ton officier.",
    "error.not_set_up": "Ce serveur n'est pas encore configuré. Une personne qui peut gérer le serveur lance /settings setup une fois : fuseau horaire, salon des événements, rôle d'officier.",
    "error.time_unreadable": "Je n'ai pas pu lire « {typed} » comme une heure. Essaie {examples}.",
    "error.time_without_clock": "« {typed} » donne un jour sans heure. Ajoute-la, par exemple ven 20h.",
    "error.time_gap": "{wall} n'existe pas à {zone} (passage à l'heure d'été). Essaie {near}.",
    "error.time_passed": "« {typed} » a été compris comme {understood}, et c'est passé.",
    "error.time_too_far": "« {typed} » a été compris comme {understood}, dans plus de deux ans.",
}
