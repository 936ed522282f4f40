-- Whether a key is empty seldom changes, its quantities always do: with an index on the one and not on the others, rows change in their page.
-- First the room for the next version of a row, because the new column writes all rows anew.
ALTER TABLE "StockItem" SET (fillfactor = 75);
ALTER TABLE "StockItem" ADD COLUMN "isEmpty" BOOLEAN NOT NULL GENERATED ALWAYS AS ("onHand" = 0 AND "reserved" = 0) STORED;
DROP INDEX "StockItem_not_empty_idx";
CREATE INDEX "StockItem_not_empty_idx" ON "StockItem" ("productId", "warehouseId") WHERE NOT "isEmpty";
