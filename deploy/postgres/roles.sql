-- The roles of the site and the limits they work under. Run as a superuser; running it again changes
-- nothing. The embedded Postgres of `./run` runs this same file.
--
-- The limits are set on the roles, not in the connection's options, because only so do they also hold
-- behind PgBouncer in transaction mode, where connections are shared and start-up options are lost.
-- Passwords are not set here: `ALTER ROLE frontrow_web PASSWORD ...` belongs to the installation.

DO $$
DECLARE
    name text;
BEGIN
    FOREACH name IN ARRAY ARRAY['frontrow', 'frontrow_web', 'frontrow_worker'] LOOP
        IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = name) THEN
            EXECUTE format('CREATE ROLE %I LOGIN', name);
        END IF;
    END LOOP;
END
$$;

-- The owner: migrations and management commands. CREATEDB for test databases. A migration waits at most
-- 2 s for a lock, because everybody who comes after it queues behind it while it waits; it is simply
-- run again. Its statements themselves may take as long as they need.
ALTER ROLE frontrow CREATEDB;
ALTER ROLE frontrow SET lock_timeout = '2s';
GRANT pg_monitor, pg_signal_backend TO frontrow;

-- Web: a fan waits for the answer, so nothing may take long.
--   lock_timeout 2s        the longest that a confirm waits for its seats; then 503, and the fan retries
--   statement_timeout 5s   a query that slow is a bug or an overload; both get worse by waiting
--   idle_in_transaction 5s a process that hangs between two statements must not keep seats locked
--   transaction_timeout 10s the sum of all of the above, however it is spread
GRANT frontrow TO frontrow_web;
ALTER ROLE frontrow_web SET lock_timeout = '2s';
ALTER ROLE frontrow_web SET statement_timeout = '5s';
ALTER ROLE frontrow_web SET idle_in_transaction_session_timeout = '5s';
ALTER ROLE frontrow_web SET transaction_timeout = '10s';

-- Workers: sweeps and reports read more at a time, but wait no longer for a lock than the web does. The
-- transaction's limit is above the statement's: a shorter one would silently replace it.
GRANT frontrow TO frontrow_worker;
ALTER ROLE frontrow_worker SET lock_timeout = '2s';
ALTER ROLE frontrow_worker SET statement_timeout = '30s';
ALTER ROLE frontrow_worker SET idle_in_transaction_session_timeout = '5s';
ALTER ROLE frontrow_worker SET transaction_timeout = '60s';

-- A client that is gone must not keep its locks until its statement ends.
ALTER ROLE frontrow SET client_connection_check_interval = '1s';
ALTER ROLE frontrow_web SET client_connection_check_interval = '1s';
ALTER ROLE frontrow_worker SET client_connection_check_interval = '1s';
