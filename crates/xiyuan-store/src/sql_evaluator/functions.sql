-- Arithmetic of the engine on numeric. NULL means: not sure, the engine looks at this member itself. They are made for
-- one transaction, in the session's own schema, and vanish with it.

-- A number that the engine can hold: 127 bits over a power of ten up to 10^38.
CREATE FUNCTION pg_temp.xy_fit(v numeric) RETURNS numeric LANGUAGE plpgsql IMMUTABLE STRICT AS $$
DECLARE t numeric := trim_scale(v);
BEGIN
    IF scale(t) <= 38 AND abs(t) * ('1' || repeat('0', scale(t)))::numeric <= 170141183460469231731687303715884105727 THEN
        RETURN t;
    END IF;
    RETURN NULL;
END $$;

-- a / b to 18 decimals, half away from zero, from div alone.
CREATE FUNCTION pg_temp.xy_divide(a numeric, b numeric) RETURNS numeric LANGUAGE plpgsql IMMUTABLE STRICT AS $$
DECLARE n numeric; d numeric; q numeric;
BEGIN
    IF b = 0 THEN RETURN NULL; END IF;
    n := abs(a) * 1000000000000000000;
    d := abs(b);
    q := div(n, d);
    IF (n - q * d) * 2 >= d THEN q := q + 1; END IF;
    IF (a < 0) <> (b < 0) THEN q := -q; END IF;
    RETURN pg_temp.xy_fit(q * 0.000000000000000001);
END $$;

-- v in a unit, to so many digits, rounded once by one of the four modes, and back.
CREATE FUNCTION pg_temp.xy_round(v numeric, digits integer, mode text, unit numeric) RETURNS numeric
LANGUAGE plpgsql IMMUTABLE STRICT AS $$
DECLARE n numeric; q numeric; r numeric; up boolean; rounded numeric;
BEGIN
    IF unit <= 0 OR digits > 38 THEN RETURN NULL; END IF;
    n := abs(v) * ('1' || repeat('0', digits))::numeric;
    q := div(n, unit);
    r := n - q * unit;
    up := CASE mode
        WHEN 'half-away' THEN r * 2 >= unit
        WHEN 'half-even' THEN r * 2 > unit OR (r * 2 = unit AND mod(q, 2) = 1)
        WHEN 'floor' THEN v < 0 AND r > 0
        WHEN 'ceiling' THEN v > 0 AND r > 0
    END;
    IF up THEN q := q + 1; END IF;
    IF v < 0 THEN q := -q; END IF;
    rounded := pg_temp.xy_fit(q * ('0.' || repeat('0', greatest(digits - 1, 0)) || CASE WHEN digits = 0 THEN '0' ELSE '1' END)::numeric
        + CASE WHEN digits = 0 THEN q ELSE 0 END);
    RETURN pg_temp.xy_fit(rounded * unit);
END $$;

-- Unlike least and greatest of SQL, they do not skip what is not there.
CREATE FUNCTION pg_temp.xy_least(a numeric, b numeric) RETURNS numeric LANGUAGE plpgsql IMMUTABLE STRICT AS
$$ BEGIN RETURN least(a, b); END $$;
CREATE FUNCTION pg_temp.xy_greatest(a numeric, b numeric) RETURNS numeric LANGUAGE plpgsql IMMUTABLE STRICT AS
$$ BEGIN RETURN greatest(a, b); END $$;

-- Whole months: the same day of the month is reached, or the last day of a month that has no such day.
CREATE FUNCTION pg_temp.xy_months(a date, b date) RETURNS numeric LANGUAGE plpgsql IMMUTABLE STRICT AS $$
DECLARE months integer;
BEGIN
    IF b < a THEN RETURN -pg_temp.xy_months(b, a); END IF;
    months := (extract(year FROM b)::integer - extract(year FROM a)::integer) * 12
        + extract(month FROM b)::integer - extract(month FROM a)::integer;
    IF extract(day FROM b) < extract(day FROM a) AND extract(month FROM b + 1) = extract(month FROM b) THEN
        months := months - 1;
    END IF;
    RETURN months;
END $$;
