-- Orders that are to be cancelled after a day.
CREATE INDEX "Order_cancelAfterDate_idx" ON "Order" ("cancelAfterDate") WHERE "cancelAfterDate" IS NOT NULL AND "status" IN ('draft', 'open', 'released', 'partially_shipped');

-- Lines that wait for stock; of those that may be filled, their place in the queue of a product in a warehouse.
ALTER TABLE "OrderLine" ADD COLUMN "fillRank" TEXT COLLATE "C";
UPDATE "OrderLine" l SET "fillRank" = o."warehouseId" || ' ' || (9 - o."priority") || ' ' || coalesce(o."requestedShipDate"::text, '9999-12-31') || ' ' || to_char(o."createdAt", 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') || ' ' || o."id"
  FROM "Order" o WHERE o."id" = l."orderId" AND l."qtyBackordered" > 0 AND NOT o."onHold" AND o."status" IN ('open', 'released', 'picking', 'partially_shipped');
CREATE INDEX "OrderLine_fill_idx" ON "OrderLine" ("productId", "fillRank") WHERE "fillRank" IS NOT NULL;

-- Levels where more could be set aside for those lines than one change has done.
ALTER TABLE "StockLevel" ADD COLUMN "isFillDue" BOOLEAN NOT NULL DEFAULT false;
CREATE INDEX "StockLevel_isFillDue_idx" ON "StockLevel" ("productId", "warehouseId") WHERE "isFillDue";

-- Batches of which it was told that too little of their shelf life is left to ship them.
ALTER TABLE "Batch" ADD COLUMN "isPastShelfLife" BOOLEAN NOT NULL DEFAULT false;
CREATE INDEX "Batch_shelf_life_idx" ON "Batch" ("expiryDate") WHERE NOT "isPastShelfLife" AND "expiryNotice" <> 'expired';

-- Orders with a product among their lines.
CREATE INDEX "OrderLine_productId_orderId_idx" ON "OrderLine" ("productId", "orderId") WHERE "productId" IS NOT NULL;
