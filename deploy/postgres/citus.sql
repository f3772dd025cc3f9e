-- PLANERAT, inte prövat med det här programmet: tabellerna fördelade över flera servrar med Citus.
-- `body` står i varje nyckel, så att en nämnds rader hamnar på en server. Kör efter den första `motesminnet index`,
-- innan indexet är stort. Frågor utan nämnd går till alla servrar.

CREATE EXTENSION IF NOT EXISTS citus;
SELECT create_distributed_table('motesminnet.documents', 'body');
SELECT create_distributed_table(name, 'body', colocate_with => 'motesminnet.documents')
FROM unnest(ARRAY['motesminnet.aliases', 'motesminnet.meetings', 'motesminnet.attendees', 'motesminnet.items',
                  'motesminnet.decisions', 'motesminnet.deferrals', 'motesminnet.assignments',
                  'motesminnet.attachments', 'motesminnet.chunks', 'motesminnet.vectors']) AS name;
