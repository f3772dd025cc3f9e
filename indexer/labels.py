"""The words that structure minutes without being items: section labels, signatures, appendices, bare outcomes."""

import re

_SECTIONS = r"""
    besluts?(?:underlag|gång|lista)? | sammanfattning\ av\ (?:mötets\ )?beslut(?:en)? | beslut\ i\ korthet
  | \w+s\ beslut | förslag\ till\ beslut | beslutsförslag | beslutsparagraf\w* | decision
  | sammanfattning(?:\ av\ ärendet)? | ärende(?:beskrivning|ts\ beredning|t)? | bakgrund | background | yrkanden?
  | propositionsordning | omröstning\w* | votering\w* | reservation(?:er)? | särskilt\ yttrande | jäv
  | underlag | handlingar
  | protokollsutdrag.* | (?:beslutet\ )?skickas\ till | expedieras.* | kopia\ till | bedömning | motivering | diskussion
  | redogörelse | överläggning | svar | åtgärd(?:er)? | att\ göra | föredragande\w*\b.* | ansvarig\w*
  | presentation | noterades?
"""
_FRONT = r"""
    (?: närvarande | frånvarande | deltagare | deltagande | medverkande | deltog | plats | lokal | tid
      | datum | tid\ och\ plats
      | plats\ och\ tid | datum\ och\ tid | mötesdatum | sammanträdesdatum )(?:\ \w+){0,2}(?:\s*:.*|\s\|.*)?
  | dagordning | föredragningslista | agenda | kallelse | anteckningar(?:\ från\ mötet)?
  | (?:minnes|mötes)anteckning\w*.*
  | (?:sammanträdes)?protokoll\b.* | innehåll(?:sförteckning)? | paragrafer | beslutande | ledamöter.*
  | ersättare.* | tjänstemän
  | gäster | inbjudna | övriga\ (?:deltagare|närvarande|deltagande) | nätverket | mötestid | kallade
  | (?:anmält\ )?förhinder
  | ej\ närvarande
"""
_SIGNED = r"""
    underskrift(?:er)? | justera[drs]\w*\b.* | justering\w* | vid\ (?:tangent|antecknin|protokoll|pennan)\w*.*
  | anteckn\w+\ förda.* | sekreterare | ordförande | utdragsbestyrkande | bilag(?:a|or)\b.*
"""
STRUCTURE = re.compile(rf"(?ix)^\W*(?: {_SECTIONS} | {_FRONT} | {_SIGNED} )\s*:?\s*$")
"""A line that is a label of a section, of the front matter or of the signatures: never the title of an item."""

SIGNATURE = re.compile(
    r"""(?ix)^\W*(?:
        vid\ (?:tangent\w+|antecknin\w+|protokollet|pennan|datorn|skrivbordet)
      | (?:minnes)?anteckn\w+\ (?:för[dt]a?|av|gjorda|skrivna|upprättade)\b | (?:för|upprättat|skrivet)\ av\b
      | underskrift(?:er|ssida)?\b | justera[ds](?:e|es|at)?\b(?!\ att) | justerare\s*:?\s*$
      | (?:mötes)?sekreterare\s*:?\s*$
      | ordförande\s*:?\s*$ | som\ ovan | protokollet\ justeras | signatur(?:er)?\s*:?\s*_*$
      | anslag(?:/bevis|sbevis) | _{6,}
      | detta\ dokument\ (?:är|har)\ .{0,20}(?:signera|undertecknat) | dokumentet\ är\ (?:digitalt|elektroniskt)
      | digitalt\ signerat | elektroniskt?\ (?:underskrift|signer) | signerat\ med | närvarolista\s*:?\s*$
    )"""
)
"""A line that begins the signatures after the last item."""

APPENDIX = re.compile(
    r"""(?ix)^\W*(?:
        bilaga\s*(?:\d+|[A-Z])?\b(?!\w) | bilagor\s*:?$ | motion(?:\s+\d+)?\s*[:–-]
      | (?:tidigare|föregående)\ (?:minnes)?(?:anteckningar|protokoll)\s*(?:\(|:?\s*$)
    )"""
)
"""A line that begins an appendix, a motion or older minutes."""

OUTCOME = re.compile(
    r"""(?ix)^(?:
        (?:lades\ |läggs\ )?till\ handlingarna | godkändes | bordlades | bordläggs | utgår | utgick
          | noterades? | avslås
      | bifall | bifalles | inget\ att\ rapportera | inga | inget\ nytt | enligt\ förslag | ajourneras
    )\W*$"""
)
"""A line that is nothing but the outcome of an item."""

CLOSING = re.compile(
    r"""(?ix)^\W*(?:
        vid\ (?:protokollet|anteckningarna|pennan|tangentbordet) | antecknat\ av | justeras\s*:?\s*$
      | detta\ dokument\ (?:är|har) | bilaga\b | bilagor\b | motion\s*\d*\s*:
      | (?:tidigare|föregående)\ (?:minnes)?(?:anteckningar|protokoll)\ \(
    )"""
)
"""A line after which minutes without numbers have no more items."""
