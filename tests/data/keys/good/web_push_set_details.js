const webpush = require('web-push');

webpush.setVapidDetails(
  'mailto:ops@example.org',
  'BE3Y1ppW6OP8PzTaXADq73u6mkZGG8D_LAeCrv56ukt40qPvS_Hq2-XK2bfOn7KYoyRN702e0sUNYJ9CT4VKt5g',
  'u7AHUaWdCvkDEV5ZZ1gAZg-VTuFXXrDt3d3ZwMUxkpY'
);
