/** Who holds a cell is a holder under a lease; number and identity of its process end the lease of one that died. */
export const MIGRATION_12 = `
  DROP TRIGGER run_added;
  DROP TRIGGER run_changed;
  ALTER TABLE held_cell ADD COLUMN holder TEXT NOT NULL DEFAULT '';
  ALTER TABLE held_cell ADD COLUMN name TEXT NOT NULL DEFAULT '';
  ALTER TABLE held_cell ADD COLUMN lease_until TEXT NOT NULL DEFAULT '';
  UPDATE held_cell SET holder = 'process ' || pid, name = pid, lease_until = strftime('%Y-%m-%dT%H:%M:%fZ', 'now', '+5 minutes');
  ALTER TABLE run ADD COLUMN holder TEXT;
  UPDATE run SET holder = 'process ' || pid;
  ALTER TABLE run DROP COLUMN pid;
  ALTER TABLE training ADD COLUMN holder TEXT;
  UPDATE training SET holder = 'process ' || pid;
  ALTER TABLE overview ADD COLUMN run_holder TEXT;
  UPDATE overview SET run_holder = 'process ' || run_pid WHERE run_pid IS NOT NULL;
  ALTER TABLE overview DROP COLUMN run_pid;
  CREATE TRIGGER run_added AFTER INSERT ON run BEGIN
    UPDATE overview SET run_status = NEW.status, run_holder = NEW.holder, run_id = NEW.run_id
    WHERE merchant = NEW.merchant AND product = NEW.product AND (run_id IS NULL OR run_id = NEW.run_id
      OR NEW.number >= (SELECT number FROM run r WHERE r.run_id = overview.run_id)); END;
  CREATE TRIGGER run_changed AFTER UPDATE OF status, holder ON run BEGIN
    UPDATE overview SET run_status = NEW.status, run_holder = NEW.holder, run_id = NEW.run_id
    WHERE merchant = NEW.merchant AND product = NEW.product AND (run_id IS NULL OR run_id = NEW.run_id
      OR NEW.number >= (SELECT number FROM run r WHERE r.run_id = overview.run_id)); END;`;
