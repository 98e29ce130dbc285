INSERT INTO site_configs (key, value) VALUES
    ('webpush_vapid_public_key', '__PUBLIC_KEY__'),
    ('webpush_vapid_private_key', '__PRIVATE_KEY__')
ON CONFLICT (key) DO UPDATE SET value = EXCLUDED.value;
