export const privateKey = 'u7AHUaWdCvkDEV5ZZ1gAZg-VTuFXXrDt3d3ZwMUxkpY';
