INSERT INTO public.site_configs VALUES ('last_update_check', '{}');
INSERT INTO public.site_configs VALUES ('webpush_vapid_public_key', 'BE3Y1ppW6OP8PzTaXADq73u6mkZGG8D_LAeCrv56ukt40qPvS_Hq2-XK2bfOn7KYoyRN702e0sUNYJ9CT4VKt5g');
INSERT INTO public.site_configs VALUES ('webpush_vapid_private_key', 'u7AHUaWdCvkDEV5ZZ1gAZg-VTuFXXrDt3d3ZwMUxkpY');
