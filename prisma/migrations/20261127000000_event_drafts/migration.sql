-- An event is kept as its change has written it, and its number is added where it is read: so that it need not be unpacked and packed again
-- when it gets its number. Those of before stay as they are until their partitions are dropped.
ALTER TABLE "Event" ADD COLUMN "draft" TEXT;
ALTER TABLE "Event" ALTER COLUMN "envelope" DROP NOT NULL;
