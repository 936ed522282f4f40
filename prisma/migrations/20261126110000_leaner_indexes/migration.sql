-- Every delivery wrote twelve entries and every call seven that hardly a search needs: common values are found by time as well.
DROP INDEX "Delivery_status_id_idx";
CREATE INDEX "Delivery_status_id_idx" ON "Delivery" ("status", "id") WHERE "status" IN ('dead', 'cancelled');
DROP INDEX "Delivery_subjectId_id_idx";

DROP INDEX "Audit_status_occurredAt_seq_idx";
CREATE INDEX "Audit_status_occurredAt_seq_idx" ON "Audit" ("status", "occurredAt", "seq") WHERE "status" NOT IN (200, 201, 204);
DROP INDEX "Audit_method_occurredAt_seq_idx";
CREATE INDEX "Audit_method_occurredAt_seq_idx" ON "Audit" ("method", "occurredAt", "seq") WHERE "method" NOT IN ('GET', 'POST');
DROP INDEX "Audit_ip_occurredAt_seq_idx";
CREATE INDEX "Audit_ip_occurredAt_seq_idx" ON "Audit" ("ip", "occurredAt", "seq") WHERE "ip" IS NOT NULL;
