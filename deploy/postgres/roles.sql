-- Roller till Mötesminnet. Kör som databasens ägare efter den första `motesminnet index` (tabellerna måste finnas).
-- Byt lösenorden, eller använd den inloggning som servern annars har (certifikat, Entra ID).

CREATE ROLE motesminnet_bot LOGIN PASSWORD 'byt-mig';
GRANT USAGE ON SCHEMA motesminnet TO motesminnet_bot;
GRANT SELECT ON ALL TABLES IN SCHEMA motesminnet TO motesminnet_bot;
-- Tabeller som senare versioner av programmet gör.
ALTER DEFAULT PRIVILEGES IN SCHEMA motesminnet GRANT SELECT ON TABLES TO motesminnet_bot;
-- Det som boten själv skriver: samtal, besvarade meddelanden, omdömen, nyckeln för länkar.
GRANT INSERT, UPDATE, DELETE ON motesminnet.answered, motesminnet.turns, motesminnet.answers, motesminnet.feedback
  TO motesminnet_bot;
GRANT INSERT, UPDATE ON motesminnet.notes TO motesminnet_bot;
