-- Owners are changed through the API: a version for ETags.
ALTER TABLE "Owner" ADD COLUMN "version" INTEGER NOT NULL DEFAULT 1;

-- Locations are archived, never deleted; warehouses have been from the start.
ALTER TABLE "Location" ADD COLUMN "active" BOOLEAN NOT NULL DEFAULT true;
ALTER TABLE "Location" ADD CONSTRAINT "Location_parentId_fkey" FOREIGN KEY ("parentId") REFERENCES "Location" ("id") ON DELETE RESTRICT ON UPDATE CASCADE;
CREATE INDEX "Location_parentId_idx" ON "Location" ("parentId") WHERE "parentId" IS NOT NULL;
CREATE INDEX "Location_warehouseId_barcode_idx" ON "Location" ("warehouseId", "barcode") WHERE "barcode" IS NOT NULL;
CREATE INDEX "Location_updatedAt_id_idx" ON "Location" ("updatedAt", "id");

-- What lies in a location, whoever's it is: for rules about what may lie together, and before it is archived.
CREATE INDEX "StockItem_locationId_idx" ON "StockItem" ("locationId") WHERE NOT "isEmpty";
