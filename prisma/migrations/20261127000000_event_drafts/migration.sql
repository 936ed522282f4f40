-- An event is kept as its change has written it, and its number is added where it is read: so that it need not be unpacked and packed again
-- when it gets its number.
ALTER TABLE "Event" RENAME COLUMN "envelope" TO "draft";
UPDATE "Event" SET "draft" = left("draft", -length(',"sequence":' || "sequence" || '}'));
