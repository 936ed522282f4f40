-- Orders that are to be cancelled after a day.
CREATE INDEX "Order_cancelAfterDate_idx" ON "Order" ("cancelAfterDate") WHERE "cancelAfterDate" IS NOT NULL AND "status" IN ('draft', 'open', 'released', 'partially_shipped');

-- Lines that wait for stock, and levels where more could be set aside for them.
CREATE INDEX "OrderLine_productId_backordered_idx" ON "OrderLine" ("productId", "orderId", "lineNo") WHERE "qtyBackordered" > 0;
ALTER TABLE "StockLevel" ADD COLUMN "isFillDue" BOOLEAN NOT NULL DEFAULT false;
CREATE INDEX "StockLevel_isFillDue_idx" ON "StockLevel" ("productId", "warehouseId") WHERE "isFillDue";
